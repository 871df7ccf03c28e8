"""Who may do what, told as a matrix, held against the running bot; and forged presses against both."""
