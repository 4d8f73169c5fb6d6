// Loaded before the forge (`node --import`): it ends with the demo that started it, even one killed with -9, so that its
// port is free for the next.
process.on("disconnect", () => process.exit(0));
