"""The case file of CNS, to which an agent hands documents over."""
