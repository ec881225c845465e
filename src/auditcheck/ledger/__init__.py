"""What a service remembers from night to night: its runs and findings, in one SQLite file that holds no personal data beyond ids."""
