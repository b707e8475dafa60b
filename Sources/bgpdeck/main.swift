print("bgpdeck")
