"""Documents made by code: good ones of each type that is taken, and hostile ones, each with its reason."""
