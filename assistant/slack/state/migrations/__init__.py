"""The steps that the tables went through, run by `migrate` only.  A step that was released is never altered."""
