"""A reading circle: short texts to read, and reading one completes an activity. It uses the whole contract."""

from tests.example_plugin.plugin import ExamplePlugin

plugin = ExamplePlugin()
