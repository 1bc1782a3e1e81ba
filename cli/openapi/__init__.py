"""The public endpoints as one OpenAPI document, made from what the code itself says of them."""
