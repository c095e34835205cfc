"""A headless Chromium, driven over a pipe by its DevTools protocol."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless=new", "--remote-debugging-pipe", "--no-first-run",
         "--no-sandbox", "--disable-gpu", "--disable-extensions",
         "--disable-background-networking", "--hide-scrollbars"]

# Counts the scripts that a page's scripts still load.
COUNT_SCRIPTS = """
window.pendingScripts = 0;
new MutationObserver(changes => {
  if (document.readyState === "loading") return;
  const added = changes.flatMap(change => [...change.addedNodes]);
  for (const script of added.filter(node => node.tagName === "SCRIPT")) {
    if (!script.src) continue;
    pendingScripts++;
    for (const end of ["load", "error"])
      script.addEventListener(end, () => pendingScripts--);
  }
}).observe(document, {childList: true, subtree: true});
"""


def chromium():
    """Where Chromium is, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """Commands to one tab, and what it reports meanwhile."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(
            ignore_cleanup_errors=True)
        to_browser, self.out = os.pipe()
        self.back, from_browser = os.pipe()

        def connect():
            # Chromium reads commands at 3 and answers at 4. The copies beyond
            # keep one from overwriting the other.
            os.dup2(to_browser, 30)
            os.dup2(from_browser, 31)
            os.dup2(30, 3)
            os.dup2(31, 4)

        self.process = subprocess.Popen(
            [chromium(), *FLAGS, f"--user-data-dir={self.profile.name}",
             "about:blank"], preexec_fn=connect, close_fds=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.events = []
        self.buffer = b""
        self.last = 0
        self.session = self.size = None
        self.attach()

    def attach(self):
        targets = self.call("Target.getTargets")["targetInfos"]
        tab = next(t["targetId"] for t in targets if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=tab,
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")
        self.call("Page.addScriptToEvaluateOnNewDocument",
                  source=COUNT_SCRIPTS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.back)
        self.profile.cleanup()

    # ---- The protocol ------------------------------------------------------
    def message(self, seconds):
        """The next message, or None if none comes in time."""
        deadline = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.back], [], [], left)[0]:
                return None
            read = os.read(self.back, 1 << 20)
            if not read:
                raise RuntimeError("Chromium has ended")
            self.buffer += read
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.last += 1
        command = {"id": self.last, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.out, json.dumps(command).encode() + b"\0")
        while True:
            message = self.message(30)
            if message is None:
                raise RuntimeError(f"{method}: no answer in 30 seconds")
            if message.get("id") == self.last:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait_for(self, method, seconds=30):
        """Waits until the tab reports it; events before it stay listed."""
        if any(event.get("method") == method for event in self.events):
            return
        while (message := self.message(seconds)) is not None:
            self.events.append(message)
            if message.get("method") == method:
                return
        raise RuntimeError(f"{method} did not come in {seconds} seconds")

    # ---- What a reader does ------------------------------------------------
    def window(self, width, height=900, phone=False):
        if self.size == (width, height, phone):
            return
        self.size = (width, height, phone)
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=phone)

    def open(self, url):
        """Loads a page; returns what it reported meanwhile."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")
        self.until("pendingScripts === 0")
        return self.events

    def run(self, script):
        """The value of an expression in the page; waits for a promise."""
        answer = self.call("Runtime.evaluate", expression=script,
                           returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, script, seconds=10):
        """Whether an expression becomes true in time."""
        deadline = time.monotonic() + seconds
        while not self.run(f"!!({script})"):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def press(self, key, code=0, text=None):
        """A key goes down and up, with its number where it is no letter."""
        event = {"key": key, "windowsVirtualKeyCode": code}
        text = {"text": text if text is not None else key} if text != "" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **event, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def screenshot(self, file):
        data = self.call("Page.captureScreenshot")["data"]
        with open(file, "wb") as png:
            png.write(base64.b64decode(data))
