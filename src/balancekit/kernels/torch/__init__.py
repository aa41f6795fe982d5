"""The same arithmetic on torch tensors. Imported only when tensors are at hand."""
