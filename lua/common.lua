// Shared by every transition.
