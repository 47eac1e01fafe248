console.log("generate")
