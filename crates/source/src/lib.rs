//! Reads the source of an MCP server without running it: which tools it offers and what their arguments reach.
