"""What `bin/bench` is made of: a load generator, what it is pointed at, and what is measured."""
