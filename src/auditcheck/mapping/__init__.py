"""A service's own layout: a mapping file that a person corrects, drafted from the files, read with the words of the shipped mappings."""
