"""Steps, and the engine that runs them. Without a screen."""
