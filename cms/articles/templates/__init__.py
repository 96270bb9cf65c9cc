"""What new pieces begin with: templates that chiefs keep, everywhere or in one section."""
