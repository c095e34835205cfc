"""A reader of the built site: a browser, and what it reports."""
import os
import pathlib
import re
import unittest

from browser import Browser

ROOT = pathlib.Path(__file__).resolve().parents[2]
SITE = pathlib.Path(os.environ.get("SITE", ROOT / "build/docs/html")).resolve()


def complaints(events):
    """What the browser reported against a page."""
    found = []
    for event in events:
        method, params = event["method"], event.get("params", {})
        if method == "Runtime.exceptionThrown":
            fault = params["exceptionDetails"]
            found.append(f"{fault['text']} in {fault.get('url')}, line "
                         f"{fault['lineNumber'] + 1}")
        elif method == "Runtime.consoleAPICalled":
            if params["type"] in ("error", "warning", "assert"):
                found.append("console: " + str(params["args"][0].get("value")))
        elif method == "Log.entryAdded":
            found.append("log: " + params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            url = params["request"]["url"]
            if not re.match(r"(file|data|about|blob):", url):
                found.append("request to outside: " + url)
        elif method == "Network.loadingFailed":
            if not params.get("canceled"):
                found.append("a file did not load: " + params["errorText"])
    return found


class InBrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def address(self, name):
        return (SITE / name).as_uri()

    def open(self, name, width=1280, phone=False):
        self.browser.window(width, 844, phone)
        return self.browser.open(self.address(name))

    def wait(self, script):
        self.assertTrue(self.browser.until(script), script)
