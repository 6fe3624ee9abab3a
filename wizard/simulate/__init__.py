"""Recorded conversations played through real sockets: real input without people."""
