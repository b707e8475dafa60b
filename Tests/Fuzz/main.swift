print("no fuzz target yet")
