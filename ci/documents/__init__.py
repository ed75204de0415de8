"""What documents say, held to what is there: links, paths, options, and the commands themselves."""
