"""For people who write exercises: certifying a suite, and running its checks under pytest."""
