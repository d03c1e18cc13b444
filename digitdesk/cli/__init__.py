"""The command line; importing a command's module must stay cheap."""
