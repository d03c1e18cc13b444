"""Controllers: they connect workers to widgets."""
