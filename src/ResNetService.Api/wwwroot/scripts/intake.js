/** The ways by which photographs come to the page, but the camera: the file dialog, drag and drop, the clipboard. */
export function takeIn(onFiles) {
  const problem = document.getElementById('drop-problem');
  const give = (files) => {
    problem.hidden = true;
    if (files.length > 0) onFiles(files);
  };
  const refuse = (sentence) => {
    problem.textContent = sentence;
    problem.hidden = false;
  };

  const input = document.getElementById('files');
  input.onchange = () => {
    give([...input.files]);
    // So that the same file can be chosen again.
    input.value = '';
  };

  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) event.preventDefault();
    give(files);
  });

  // The whole page takes drops: a photograph that misses the field would replace the page.
  const field = document.getElementById('drop');
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    field.classList.toggle('drop-ready', event.dataTransfer.types.includes('Files'));
  });
  document.addEventListener('dragleave', (event) => event.relatedTarget === null && field.classList.remove('drop-ready'));
  document.addEventListener('drop', async (event) => {
    event.preventDefault();
    field.classList.remove('drop-ready');
    try {
      const files = await filesOf(event.dataTransfer);
      give(files);
      if (files.length === 0) refuse('No pictures in what was dropped.');
    } catch {
      refuse('What was dropped cannot be read. Choose the photographs instead.');
    }
  });
}

/** Files that were dropped, whatever they are, and the pictures of dropped folders. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.filter(Boolean).map(async (entry) =>
    (await filesBelow(entry)).filter((file) => entry.isFile || isPicture(file))));
  return found.flat();
}

/** By extension too: a browser knows no type of some, such as HEIC. */
const isPicture = ({ type, name }) => type.startsWith('image/') || /\.(jpe?g|jpe|jfif|png|webp|gif|bmp|tiff?|avif|hei[cf])$/i.test(name);

async function filesBelow(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  // A reader gives a hundred at a time, and none at the end.
  for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length > 0;)
    for (const inner of some) found.push(...(await filesBelow(inner)));
  return found;
}
