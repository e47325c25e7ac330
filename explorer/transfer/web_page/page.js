// The page of a network for pictures: a file or the camera goes in.

"use strict";

(() => {
  const { Explorer, Picture, TAUGHT } = globalThis;
  const { answer, part, say, showAnswer } = Explorer;

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

  Explorer.lookAtFile = lookAtFile;
})();
