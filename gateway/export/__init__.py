"""All that is held on a person, gathered from every service, and written as an archive."""
