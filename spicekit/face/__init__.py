"""What `import spicekit` gives: few verbs over all that the commands do."""
