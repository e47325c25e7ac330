// The page: a file or the camera goes in, a bar for each class comes out. `taught.js` says what was learned,
// `model.js` and `runtime_*.js` hold the network and the program that runs it, so that the page needs no server.

"use strict";

(() => {
  const { TAUGHT, MODEL, RUNTIME_MODULE, RUNTIME_PROGRAM, Picture, ort } = globalThis;
  const part = (name) => document.getElementById(name);
  const percent = (share) => `${Math.round(share * 100)}\u00a0%`;

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

  /** The probabilities of the classes for what the network sees. */
  const answer = async ({ width, height, values }) => {
    const session = await opened;
    const picture = new ort.Tensor("float32", values, [1, height, width, 3]);
    return Array.from((await session.run({ picture })).probabilities.data);
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

  const showAnswer = (probabilities) => {
    const top = probabilities.indexOf(Math.max(...probabilities));
    probabilities.forEach((share, at) => {
      bars[at].bar.style.width = `${share * 100}%`;
      bars[at].number.textContent = percent(share);
      bars[at].number.title = String(share);
      bars[at].title.classList.toggle("top", at === top);
    });
    return `${TAUGHT.classes[top]}, ${percent(probabilities[top])}.`;
  };

  const showSeen = ({ width, height, values }) => {
    const canvas = part("seen");
    canvas.width = width;
    canvas.height = height;
    const image = new ImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      for (let channel = 0; channel < 3; channel += 1) image.data[pixel * 4 + channel] = values[pixel * 3 + channel];
      image.data[pixel * 4 + 3] = 255;
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    canvas.hidden = false;
    part("empty").hidden = true;
  };

  /** Show what is seen of a drawable thing, and give the probabilities of its classes. */
  const look = async (source, width, height) => {
    const seen = Picture.seenBy(Picture.levelsOf(source, width, height, TAUGHT), TAUGHT);
    showSeen(seen);
    return answer(seen);
  };

  const say = (sentence) => {
    part("said").textContent = sentence;
  };

  /** Answer a file. */
  const lookAtFile = async (file) => {
    stopCamera();
    let bitmap;
    try {
      bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      say(`${file.name} cannot be read by this browser; save it as PNG or JPEG and choose it again.`);
      return [];
    }
    const probabilities = await look(bitmap, bitmap.width, bitmap.height);
    bitmap.close();
    say(showAnswer(probabilities));
    return probabilities;
  };

  const camera = { stream: null, back: true };

  const stopCamera = () => {
    camera.stream?.getTracks().forEach((track) => track.stop());
    camera.stream = null;
    part("turn").hidden = true;
    part("camera").textContent = "Start the camera";
    part("camera").setAttribute("aria-pressed", "false");
  };

  const NO_CAMERA = {
    NotAllowedError: "The camera was refused; allow it beside the address of this page, and start it again.",
    NotFoundError: "There is no camera here; choose a picture instead.",
    NotReadableError: "Another program has the camera; close that one, and start it again.",
  };

  const startCamera = async () => {
    stopCamera();
    if (!navigator.mediaDevices?.getUserMedia) {
      say("Browsers give the camera only to pages that come by https or lie on this machine; choose a picture.");
      return;
    }
    let stream;
    try {
      const facing = camera.back ? "environment" : "user";
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing } });
    } catch (error) {
      say(NO_CAMERA[error.name] ?? `The camera does not start (${error.message}); choose a picture.`);
      return;
    }
    camera.stream = stream;
    part("camera").textContent = "Stop the camera";
    part("camera").setAttribute("aria-pressed", "true");
    const devices = await navigator.mediaDevices.enumerateDevices();
    part("turn").hidden = devices.filter((device) => device.kind === "videoinput").length < 2;
    const video = part("video");
    video.srcObject = stream;
    await video.play();
    say("The camera runs: the bars follow it.");
    while (camera.stream === stream) {
      showAnswer(await look(video, video.videoWidth, video.videoHeight));
      await new Promise((resolve) => {
        setTimeout(resolve, 0); // the browser paints, and takes what is pressed
      });
    }
  };

  part("file").addEventListener("change", ({ target }) => {
    if (target.files.length) lookAtFile(target.files[0]);
    target.value = "";
  });
  part("camera").addEventListener("click", () => {
    if (camera.stream) stopCamera();
    else startCamera();
  });
  part("turn").addEventListener("click", () => {
    camera.back = !camera.back;
    startCamera();
  });
  addEventListener("dragover", (happened) => happened.preventDefault());
  addEventListener("drop", (happened) => {
    happened.preventDefault();
    if (happened.dataTransfer.files.length) lookAtFile(happened.dataTransfer.files[0]);
  });
  addEventListener("visibilitychange", () => {
    if (document.hidden) stopCamera();
  });

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

  globalThis.Explorer = { lookAtFile, opened };
})();
