"""The Models page: shipped and own models, compared, exchanged, activated."""
