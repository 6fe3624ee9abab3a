"""Pages and files over HTTP, a module for each seat."""
