// What every page with a network has: the network, opened, a bar for each class, and its card. `taught.js` says what was
// learned, `model.js` and `runtime_*.js` hold the network and the program that runs it, so that the page needs no server.

"use strict";

globalThis.Explorer = (() => {
  const { TAUGHT, MODEL, RUNTIME_MODULE, RUNTIME_PROGRAM, ort } = globalThis;
  const part = (name) => document.getElementById(name);
  const percent = (share) => `${Math.round(share * 100)}\u00a0%`;

  /** The nearest whole number, the even one of two, as Python rounds. */
  const whole = (value) => {
    const low = Math.floor(value);
    const rest = value - low;
    if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
    return low % 2 ? low + 1 : low;
  };

  const bytes = (base64) => {
    const letters = atob(base64);
    const found = new Uint8Array(letters.length);
    for (let at = 0; at < letters.length; at += 1) found[at] = letters.charCodeAt(at);
    return found;
  };

  const opened = (async () => {
    ort.env.wasm.numThreads = 1; // more of them need headers that a plain server does not send
    ort.env.wasm.wasmBinary = bytes(RUNTIME_PROGRAM).buffer;
    const module = new Blob([bytes(RUNTIME_MODULE)], { type: "text/javascript" });
    ort.env.wasm.wasmPaths = { mjs: URL.createObjectURL(module) };
    return ort.InferenceSession.create(bytes(MODEL), { executionProviders: ["wasm"] });
  })();

  /** The probabilities of the classes for what the network sees, {width, height, values}. */
  const answer = async ({ width, height, values }) => {
    const session = await opened;
    const [taken] = session.inputNames;
    const [given] = session.outputNames;
    const channels = values.length / (width * height);
    const picture = new ort.Tensor("float32", values, [1, height, width, channels]);
    return Array.from((await session.run({ [taken]: picture }))[given].data);
  };

  const bars = TAUGHT.classes.map((name) => {
    const title = document.createElement("dt");
    const value = document.createElement("dd");
    const bar = document.createElement("i");
    const number = document.createElement("span");
    title.textContent = name;
    value.append(bar, number);
    part("bars").append(title, value);
    return { bar, number, title };
  });

  /** Show the bars, or none of them, and give the sentence. */
  const showAnswer = (probabilities) => {
    if (!probabilities) {
      for (const { bar, number, title } of bars) {
        bar.style.width = "0";
        number.textContent = "";
        number.removeAttribute("title");
        title.classList.remove("top");
      }
      return "";
    }
    const top = probabilities.indexOf(Math.max(...probabilities));
    probabilities.forEach((share, at) => {
      bars[at].bar.style.width = `${share * 100}%`;
      bars[at].number.textContent = percent(share);
      bars[at].number.title = String(share);
      bars[at].title.classList.toggle("top", at === top);
    });
    return `${TAUGHT.classes[top]}, ${percent(probabilities[top])}.`;
  };

  const say = (sentence) => {
    part("said").textContent = sentence;
  };

  part("classes").textContent = `This network tells ${TAUGHT.classes.length} classes apart: ${TAUGHT.classes.join(", ")}.`;
  for (const [about, sentence] of TAUGHT.card) {
    const title = document.createElement("dt");
    const value = document.createElement("dd");
    title.textContent = about;
    value.textContent = sentence;
    part("card").append(title, value);
  }
  opened.then(
    () => say("Ready."),
    (error) => say(`The network cannot be opened in this browser (${error.message}); open the page in another one.`),
  );

  return { answer, opened, part, say, showAnswer, whole };
})();
