"""The stores and the sources of fact that booking leans on."""
