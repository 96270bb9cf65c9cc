// Sending pictures in, with what becomes of each, and marking the point that no crop may lose. Attached by
// data-module; without this the forms are sent whole, and the point is two numbers.

const modules = { point, sending };

for (const element of document.querySelectorAll("[data-module]")) {
  for (const name of element.dataset.module.split(" ")) modules[name]?.(element);
}

function made(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function size(bytes) {
  return bytes > 99_999 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1000))} kB`;
}

// Each file is a request of its own, two at a time: as many as the server looks at at once.
function sending(form) {
  const input = form.querySelector("[type=file]");
  const list = made("ul", { className: "sent" });
  const summary = made("p", { className: "sent__sum" });
  const way = made("div", { className: "form__do" });
  const results = made("section", { className: "sending__results", hidden: true }, made("h2", { className: "panel__head", textContent: "What becomes of them" }), list, summary, way);
  list.setAttribute("role", "list");
  summary.setAttribute("role", "status");
  results.setAttribute("aria-label", "What becomes of them");
  (form.querySelector(".drop") ?? form).after(results);
  if (form.hidden) form.after(results);
  const rows = [];
  let running = 0;

  const value = (name) => form.elements.namedItem(name)?.value ?? "";

  const add = (files) => {
    for (const row of rows.filter((one) => one.state === "waits")) forget(row);
    for (const file of files) {
      const row = { file, state: "waits", bar: made("progress", { max: 1, value: 0 }), words: made("span", { className: "sent__words" }) };
      row.bar.setAttribute("aria-label", `How much of ${file.name} is sent`);
      row.line = made("li", { className: "sent__one" }, made("span", { className: "sent__name", textContent: file.name }), made("span", { className: "meta num", textContent: size(file.size) }), row.bar, row.words);
      rows.push(row);
      list.append(row.line);
      say(row, "waits", "Not sent yet");
    }
    results.hidden = rows.length === 0;
  };

  const forget = (row) => {
    row.line.remove();
    rows.splice(rows.indexOf(row), 1);
  };

  const say = (row, state, ...words) => {
    row.state = state;
    row.line.dataset.state = state;
    row.bar.hidden = state !== "goes";
    row.words.replaceChildren(...words);
  };

  const next = () => {
    while (running < 2) {
      const row = rows.find((one) => one.state === "waits");
      if (!row) break;
      running += 1;
      send(row).finally(() => {
        running -= 1;
        next();
      });
    }
    tell();
  };

  const send = (row) => {
    if (row.file.size > Number(form.dataset.limit)) {
      say(row, "bad", `It is larger than ${form.dataset.limit / 1_000_000} MB. Make it smaller and send it again.`);
      return Promise.resolve();
    }
    const data = new FormData();
    data.append("file", row.file);
    for (const name of ["credit", "rights", ...(rows.length === 1 ? ["alt"] : [])]) data.append(name, value(name));
    const request = new XMLHttpRequest();
    request.open("POST", form.dataset.each);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", value("csrf_token"));
    say(row, "goes", "On its way");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      row.bar.value = event.loaded / event.total;
      if (event.loaded === event.total) row.words.textContent = "Being looked at";
    });
    return new Promise((done) => {
      request.addEventListener("loadend", () => {
        row.answer = request.status === 200 ? request.response : null;
        if (row.answer) arrived(row);
        else failed(row, request.status, request.response?.error);
        done();
      });
      request.send(data);
    });
  };

  const arrived = (row) => {
    const { picture, known, notes, href } = row.answer;
    const link = made("a", { href, textContent: picture.alt || picture.file_name });
    if (known) say(row, "known", "In the library already, as ", link, ".");
    else say(row, "good", ["Taken in.", ...(notes ?? [])].join(" "));
    const plate = made("img", { src: picture.src, alt: "", className: "sent__plate", width: picture.width, height: picture.height });
    row.line.prepend(plate);
  };

  const failed = (row, status, sentence) => {
    const again = made("button", { type: "button", className: "button button--small", textContent: "Try again" });
    again.append(made("span", { className: "unseen", textContent: ` to send ${row.file.name}` }));
    again.addEventListener("click", () => {
      say(row, "waits", "Not sent yet");
      next();
    });
    const is_lasting = status >= 400 && status < 500 && ![401, 408, 429].includes(status);
    const words = sentence ?? "The connection broke before it was there.";
    say(row, "bad", words, ...(is_lasting ? [] : [" ", again]));
  };

  const tell = () => {
    if (running || rows.some((row) => row.state === "waits")) {
      summary.textContent = "";
      way.replaceChildren();
      return;
    }
    const count = (state) => rows.filter((row) => row.state === state).length;
    const said = [
      [count("good"), "taken in"],
      [count("known"), "here already"],
      [count("bad"), "not taken"],
    ];
    summary.textContent = `${said.filter(([n]) => n).map(([n, words]) => `${n} ${words}`).join(", ")}.`;
    const fresh = rows.filter((row) => row.state === "good" && row.answer);
    const then = `${form.dataset.then}?${fresh.map((row) => `id=${row.answer.picture.id}`).join("&")}`;
    form.querySelector(".form__do [type=submit]")?.classList.toggle("button--main", !fresh.length);
    if (!fresh.length) return way.replaceChildren();
    if (fresh.length === rows.length) return window.location.assign(fresh.length === 1 ? fresh[0].answer.href : then);
    way.replaceChildren(made("a", { className: "button button--main", href: then, textContent: "Say what they show" }));
  };

  const begin = () => {
    input.value = "";
    next();
  };

  input.addEventListener("change", () => add(input.files));
  form.addEventListener("submit", (event) => {
    if (!rows.some((row) => row.state === "waits")) return;
    event.preventDefault();
    begin();
  });

  // A drag passes over many elements: only that it has files, and that it is over, matters.
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    document.documentElement.dataset.dragged = "";
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) delete document.documentElement.dataset.dragged;
  });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    delete document.documentElement.dataset.dragged;
    add(event.dataTransfer.files);
    results.scrollIntoView({ block: "nearest" });
    if ("atOnce" in form.dataset) begin();
  });
  window.addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });
}

// The focal point: a mark on the picture that follows a click and the arrow keys, and two numbers that say the same.
function point(box) {
  const place = document.querySelector("[data-point]");
  const fields = [...box.querySelectorAll("input")];
  const crops = [...box.querySelectorAll(".crop img")];
  const mark = made("button", { type: "button", className: "point__mark" });
  const spoken = made("span", { className: "unseen" });
  mark.append(spoken);
  mark.setAttribute("aria-describedby", "point-how");
  place.append(mark);
  place.dataset.ready = "";

  const within = (percent) => Math.min(100, Math.max(0, Math.round(Number(percent) || 0)));
  const show = () => {
    const [x, y] = fields.map((field) => within(field.value));
    mark.style.setProperty("inset-inline-start", `${x}%`);
    mark.style.setProperty("inset-block-start", `${y}%`);
    spoken.textContent = `What no crop may lose: ${x} percent from the left, ${y} percent from the top`;
    for (const crop of crops) {
      // The middle means that nothing was marked: then each place crops by its own habit.
      const is_middle = x === 50 && y === 50;
      crop.style.setProperty("--focus-x", is_middle ? "initial" : `${x}%`);
      crop.style.setProperty("--focus-y", is_middle ? "initial" : `${y}%`);
    }
  };
  const set = (x, y) => {
    [fields[0].value, fields[1].value] = [within(x), within(y)];
    for (const field of fields) field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const field of fields) field.addEventListener("input", show);
  place.addEventListener("click", (event) => {
    if (event.target === mark) return;
    const all = place.getBoundingClientRect();
    set(((event.clientX - all.left) / all.width) * 100, ((event.clientY - all.top) / all.height) * 100);
    mark.focus({ preventScroll: true });
  });
  mark.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.shiftKey ? 10 : 1;
    set(within(fields[0].value) + way[0] * step, within(fields[1].value) + way[1] * step);
  });
  show();
}
