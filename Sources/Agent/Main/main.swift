print("berth-agent")
