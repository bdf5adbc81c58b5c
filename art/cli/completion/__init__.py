"""What a shell offers for the word under the cursor."""
