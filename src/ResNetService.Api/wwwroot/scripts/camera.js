import { element } from './dom.js';

const reasons = {
  NotAllowedError: 'The browser may not use the camera. Allow it in the settings of this page and try again.',
  NotFoundError: 'No camera was found.',
  NotReadableError: 'Another program uses the camera. Close it there and try again.',
  OverconstrainedError: 'This camera is gone. Close this window and open the camera again.',
};

/** The camera's picture in a dialog, and stills of it. */
export class Camera {
  #dialog = document.getElementById('camera');
  #video = this.#dialog.querySelector('video');
  #error = this.#dialog.querySelector('.camera-error');
  #take = this.#dialog.querySelector('[data-does=take]');
  #turn = this.#dialog.querySelector('[data-does=turn]');
  #cameras = [];
  #camera;
  #stream;
  #starts = 0;
  #stills = 0;

  /** @param {(file: File) => void} onStill */
  constructor(onStill) {
    document.getElementById('open-camera').onclick = () => this.#open();
    this.#take.onclick = () => this.#still(onStill);
    this.#turn.onclick = () => {
      this.#camera = this.#cameras[(this.#cameras.indexOf(this.#camera) + 1) % this.#cameras.length];
      this.#start();
    };
    this.#dialog.querySelector('[data-does=close]').onclick = () => this.#dialog.close();
    this.#dialog.onclose = () => this.#stop();
  }

  async #open() {
    this.#dialog.showModal();
    await this.#start();
    this.#take.focus();
  }

  async #start() {
    this.#stop();
    const start = this.#starts;
    this.#take.disabled = true;
    this.#error.hidden = true;
    try {
      if (!navigator.mediaDevices) throw new Error('A browser gives the camera only to pages over HTTPS or of this machine.');
      // A camera can be named only after the browser has given one; the first is that which looks away from the user, where there is one.
      const wanted = this.#camera ? { deviceId: { exact: this.#camera } } : { facingMode: 'environment' };
      const stream = await navigator.mediaDevices.getUserMedia({ video: { ...wanted, width: { ideal: 1280 } } });
      if (start !== this.#starts) return stopTracks(stream);
      this.#video.srcObject = this.#stream = stream;
      this.#camera = stream.getVideoTracks()[0].getSettings().deviceId;
      await this.#video.play();
      this.#take.disabled = false;
      await this.#findCameras();
    } catch (error) {
      // Another start, or the end, has ended this one.
      if (start !== this.#starts) return;
      if (error.name === 'OverconstrainedError') this.#camera = undefined;
      this.#error.textContent = reasons[error.name] ?? error.message;
      this.#error.hidden = false;
    }
  }

  async #findCameras() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.#cameras = devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId }) => deviceId);
    this.#turn.hidden = this.#cameras.length < 2;
  }

  async #still(onStill) {
    this.#take.disabled = true;
    const { videoWidth: width, videoHeight: height } = this.#video;
    const canvas = element('canvas', { width, height });
    canvas.getContext('2d').drawImage(this.#video, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
    this.#dialog.close();
    onStill(new File([blob], `camera-${++this.#stills}.jpg`, { type: 'image/jpeg' }));
  }

  /** A stream that is still on its way is stopped when it arrives. */
  #stop() {
    this.#starts++;
    if (this.#stream) stopTracks(this.#stream);
    this.#video.srcObject = this.#stream = null;
  }
}

const stopTracks = (stream) => stream.getTracks().forEach((track) => track.stop());
