"""For all floors of this room: its presence puts the helpers beside it within their reach."""
