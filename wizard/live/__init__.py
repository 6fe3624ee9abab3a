"""The two linked views: what participants and wizards send, what they are shown, and when."""
