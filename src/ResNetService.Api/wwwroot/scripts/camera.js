import { element } from './dom.js';

const reasons = {
  NotAllowedError: 'The browser may not use the camera. Allow it in the settings of this page and try again.',
  NotFoundError: 'No camera was found.',
  NotReadableError: 'Another program uses the camera. Close it there and try again.',
  OverconstrainedError: 'There is no other camera.',
};

/** The camera's picture in a dialog, and stills of it. */
export class Camera {
  #dialog = document.getElementById('camera');
  #video = this.#dialog.querySelector('video');
  #error = this.#dialog.querySelector('.camera-error');
  #take = this.#dialog.querySelector('[data-does=take]');
  #facing = 'environment';
  #stream;
  #stills = 0;

  /** @param {(file: File) => void} onStill */
  constructor(onStill) {
    document.getElementById('open-camera').onclick = () => this.#open();
    this.#take.onclick = () => this.#still(onStill);
    this.#dialog.querySelector('[data-does=turn]').onclick = () => {
      this.#facing = this.#facing === 'environment' ? 'user' : 'environment';
      this.#start();
    };
    this.#dialog.querySelector('[data-does=close]').onclick = () => this.#dialog.close();
    this.#dialog.onclose = () => this.#stop();
  }

  #open() {
    this.#dialog.showModal();
    return this.#start();
  }

  async #start() {
    this.#stop();
    this.#take.disabled = true;
    this.#error.hidden = true;
    try {
      if (!navigator.mediaDevices) throw new Error('A browser gives the camera only to pages over HTTPS or of this machine.');
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: this.#facing, width: { ideal: 1280 } } });
      if (!this.#dialog.open) return stopTracks(stream);
      this.#video.srcObject = this.#stream = stream;
      await this.#video.play();
      this.#take.disabled = false;
      this.#take.focus();
    } catch (error) {
      this.#error.textContent = reasons[error.name] ?? error.message;
      this.#error.hidden = false;
    }
  }

  async #still(onStill) {
    const { videoWidth: width, videoHeight: height } = this.#video;
    const canvas = element('canvas', { width, height });
    canvas.getContext('2d').drawImage(this.#video, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
    this.#dialog.close();
    onStill(new File([blob], `camera-${++this.#stills}.jpg`, { type: 'image/jpeg' }));
  }

  #stop() {
    if (this.#stream) stopTracks(this.#stream);
    this.#video.srcObject = this.#stream = null;
  }
}

const stopTracks = (stream) => stream.getTracks().forEach((track) => track.stop());
