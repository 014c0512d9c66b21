"""Documents between browser and object store: streamed, checked, encrypted on the way."""
