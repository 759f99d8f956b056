package io.airlockapp.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.airlockapp.gateway.RequestedAction.Style;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Request for a person's approval of an action. Everything but the label and the artifact
 * type is encrypted for the approver.
 */
public final class ApprovalRequest {

	private static final List<RequestedAction> DEFAULT_ACTIONS = List.of(
			new RequestedAction("approve", "Approve", Style.PRIMARY, Verdict.APPROVE),
			new RequestedAction("reject", "Reject", Style.DANGER, Verdict.REJECT));

	private final String label;

	private final String actionType;

	private final String commandText;

	private final @Nullable String description;

	private final @Nullable JsonNode arguments;

	private final @Nullable String artifactType;

	private final @Nullable Duration timeout;

	private final List<RequestedAction> actions;

	private final @Nullable String gate;

	private final String pairing;

	private ApprovalRequest(Builder builder) {
		this.label = builder.label;
		this.actionType = builder.actionType;
		this.commandText = builder.commandText;
		this.description = builder.description;
		this.arguments = (builder.arguments != null) ? builder.arguments.deepCopy() : null;
		this.artifactType = builder.artifactType;
		this.timeout = builder.timeout;
		this.actions = builder.actions;
		this.gate = builder.gate;
		this.pairing = builder.pairing;
	}

	/**
	 * Start a request.
	 * @param label what the inbox shows; sent in clear text, so it holds nothing secret
	 * and no argument's value
	 * @param commandText what will be done, such as
	 * {@code RefundService.refund(order=42)}
	 * @return a builder
	 */
	public static Builder builder(String label, String commandText) {
		return new Builder(label, commandText);
	}

	/**
	 * Return what the inbox shows.
	 * @return the label
	 */
	public String getLabel() {
		return this.label;
	}

	/**
	 * Return what kind of action will be done.
	 * @return the action type
	 */
	public String getActionType() {
		return this.actionType;
	}

	/**
	 * Return what will be done.
	 * @return the command text
	 */
	public String getCommandText() {
		return this.commandText;
	}

	/**
	 * Return what will be done in a person's words.
	 * @return the description, or {@code null}
	 */
	public @Nullable String getDescription() {
		return this.description;
	}

	/**
	 * Return the arguments by name.
	 * @return the arguments, or {@code null}
	 */
	public @Nullable JsonNode getArguments() {
		return (this.arguments != null) ? this.arguments.deepCopy() : null;
	}

	/**
	 * Return what kind of review is asked for.
	 * @return the artifact type, or {@code null} for the application's default
	 */
	public @Nullable String getArtifactType() {
		return this.artifactType;
	}

	/**
	 * Return how long the person has to decide.
	 * @return the timeout, or {@code null} for the application's default
	 */
	public @Nullable Duration getTimeout() {
		return this.timeout;
	}

	/**
	 * Return the buttons that the phone shows.
	 * @return one to five actions
	 */
	public List<RequestedAction> getActions() {
		return this.actions;
	}

	/**
	 * Return what asks, for metrics.
	 * @return the gate's name, or {@code null}
	 */
	public @Nullable String getGate() {
		return this.gate;
	}

	/**
	 * Return the name of the pairing whose approvers are asked.
	 * @return the name, {@link Pairing#DEFAULT_NAME} unless another was set
	 */
	public String getPairing() {
		return this.pairing;
	}

	@Override
	public String toString() {
		return "ApprovalRequest[label=%s]".formatted(this.label);
	}

	/**
	 * Builds an {@link ApprovalRequest}.
	 */
	public static final class Builder {

		private final String label;

		private final String commandText;

		private String actionType = "command";

		private @Nullable String description;

		private @Nullable JsonNode arguments;

		private @Nullable String artifactType;

		private @Nullable Duration timeout;

		private List<RequestedAction> actions = DEFAULT_ACTIONS;

		private @Nullable String gate;

		private String pairing = Pairing.DEFAULT_NAME;

		private Builder(String label, String commandText) {
			if (label.isBlank()) {
				throw new IllegalArgumentException("'label' must not be blank: it is what the inbox shows");
			}
			if (commandText.isBlank()) {
				throw new IllegalArgumentException("'commandText' must not be blank: it is what the person approves");
			}
			this.label = label;
			this.commandText = commandText;
		}

		/**
		 * Set what kind of action will be done.
		 * @param actionType the action type, {@code command} by default
		 * @return this builder
		 */
		public Builder actionType(String actionType) {
			this.actionType = actionType;
			return this;
		}

		/**
		 * Set what will be done in a person's words.
		 * @param description the description
		 * @return this builder
		 */
		public Builder description(@Nullable String description) {
			this.description = description;
			return this;
		}

		/**
		 * Set the arguments by name. Numbers that a double can't hold exactly are shown
		 * to the person as text, so that what is approved is what is meant.
		 * @param arguments a JSON object
		 * @return this builder
		 */
		public Builder arguments(@Nullable JsonNode arguments) {
			this.arguments = arguments;
			return this;
		}

		/**
		 * Set what kind of review is asked for.
		 * @param artifactType the artifact type, or {@code null} for the default
		 * @return this builder
		 */
		public Builder artifactType(@Nullable String artifactType) {
			this.artifactType = artifactType;
			return this;
		}

		/**
		 * Set how long the person has to decide.
		 * @param timeout from one second to seven days, or {@code null} for the default
		 * @return this builder
		 */
		public Builder timeout(@Nullable Duration timeout) {
			this.timeout = (timeout != null) ? ApprovalSettings.requireTimeout("timeout", timeout) : null;
			return this;
		}

		/**
		 * Set the buttons that the phone shows.
		 * @param actions one to five actions with different ids, of which one rejects
		 * @return this builder
		 */
		public Builder actions(List<RequestedAction> actions) {
			long ids = actions.stream().map((action) -> action.id().toLowerCase(Locale.ROOT)).distinct().count();
			if (actions.isEmpty() || actions.size() > 5 || ids != actions.size()) {
				throw new IllegalArgumentException("'actions' must be one to five actions with different ids");
			}
			this.actions = List.copyOf(actions);
			return this;
		}

		/**
		 * Set what asks, for metrics: one of few names, such as
		 * {@code RefundService.refund}. It is not sent.
		 * @param gate the gate's name
		 * @return this builder
		 */
		public Builder gate(@Nullable String gate) {
			this.gate = gate;
			return this;
		}

		/**
		 * Set whose approvers are asked.
		 * @param pairing the name of a pairing, {@link Pairing#DEFAULT_NAME} by default
		 * @return this builder
		 * @throws IllegalArgumentException if it is no such name
		 */
		public Builder pairing(String pairing) {
			this.pairing = Pairing.requireName(pairing);
			return this;
		}

		/**
		 * Build the request.
		 * @return the request
		 */
		public ApprovalRequest build() {
			return new ApprovalRequest(this);
		}

	}

}
