/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.airlockapp.gateway.RequestedAction.Style;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;

/**
 * Request for a person's approval of an action. All content except the label and the
 * artifact type is encrypted for the approver.
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

	private final @Nullable String approvers;

	private final @Nullable String requester;

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
		this.pairing = (builder.pairing != null) ? builder.pairing : Pairing.DEFAULT_NAME;
		this.approvers = builder.approvers;
		this.requester = builder.requester;
	}

	/**
	 * Create a builder.
	 * @param label the text shown in the inbox; transmitted in clear text, so it must not
	 * contain secrets or values of arguments. Control characters are replaced by blanks
	 * @param commandText the action to approve, such as {@code
	 * RefundService.refund(order=42)}
	 * @return a builder
	 */
	public static Builder builder(String label, String commandText) {
		return new Builder(label, commandText);
	}

	/**
	 * Return the text shown in the inbox.
	 * @return the label
	 */
	public String getLabel() {
		return this.label;
	}

	/**
	 * Return the type of the action.
	 * @return the action type
	 */
	public String getActionType() {
		return this.actionType;
	}

	/**
	 * Return the action to approve.
	 * @return the command text
	 */
	public String getCommandText() {
		return this.commandText;
	}

	/**
	 * Return the description of the action in natural language.
	 * @return the description, or {@code null} if there is none
	 */
	public @Nullable String getDescription() {
		return this.description;
	}

	/**
	 * Return the arguments by name.
	 * @return a copy of the arguments, or {@code null} if there are none
	 */
	public @Nullable JsonNode getArguments() {
		return (this.arguments != null) ? this.arguments.deepCopy() : null;
	}

	/**
	 * Return the type of review that is requested.
	 * @return the artifact type, or {@code null} for the application's default
	 */
	public @Nullable String getArtifactType() {
		return this.artifactType;
	}

	/**
	 * Return the artifact type.
	 * @param defaultType the type of requests that specify none
	 * @return the artifact type
	 */
	public String getArtifactType(String defaultType) {
		return (this.artifactType != null) ? this.artifactType : defaultType;
	}

	/**
	 * Return the time that the approver has to decide.
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
	 * Return the name of what is approved, such as a guarded method, for the tag
	 * {@code gate} of metrics.
	 * @return the name, or {@code null} if there is none
	 */
	public @Nullable String getGate() {
		return this.gate;
	}

	/**
	 * Return the name of the pairing whose approvers receive the request, unless a group
	 * of approvers does.
	 * @return the name, {@link Pairing#DEFAULT_NAME} unless another was set
	 */
	public String getPairing() {
		return this.pairing;
	}

	/**
	 * Return the name of the group of approvers who receive the request.
	 * @return the name, or {@code null} if the approvers of one pairing do
	 */
	public @Nullable String getApprovers() {
		return this.approvers;
	}

	/**
	 * Return the person on whose behalf approval is requested.
	 * @return the name, or {@code null} if the application's source of requesters
	 * determines it
	 */
	public @Nullable String getRequester() {
		return this.requester;
	}

	@Override
	public String toString() {
		return "ApprovalRequest[label=%s]".formatted(this.label);
	}

	/**
	 * Builds an {@link ApprovalRequest}.
	 */
	public static final class Builder {

		private static final Pattern CONTROL_CHARACTERS = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]+");

		private final String label;

		private final String commandText;

		private String actionType = "command";

		private @Nullable String description;

		private @Nullable JsonNode arguments;

		private @Nullable String artifactType;

		private @Nullable Duration timeout;

		private List<RequestedAction> actions = DEFAULT_ACTIONS;

		private @Nullable String gate;

		private @Nullable String pairing;

		private @Nullable String approvers;

		private @Nullable String requester;

		private Builder(String label, String commandText) {
			Assert.hasText(label, "'label' must not be blank: it is what the inbox shows");
			Assert.hasText(commandText, "'commandText' must not be blank: it is what the person approves");
			// Labels are logged, and a line break would forge a line
			this.label = CONTROL_CHARACTERS.matcher(label).replaceAll(" ");
			this.commandText = commandText;
		}

		/**
		 * Set the type of the action.
		 * @param actionType the action type, {@code command} by default
		 * @return this builder
		 */
		public Builder actionType(String actionType) {
			this.actionType = actionType;
			return this;
		}

		/**
		 * Set the description of the action in natural language.
		 * @param description the description
		 * @return this builder
		 */
		public Builder description(@Nullable String description) {
			this.description = description;
			return this;
		}

		/**
		 * Set the arguments by name. Numbers that cannot be represented exactly as a
		 * double are displayed as text, so that the approved value is the actual value.
		 * @param arguments a JSON object
		 * @return this builder
		 */
		public Builder arguments(@Nullable JsonNode arguments) {
			this.arguments = arguments;
			return this;
		}

		/**
		 * Set the type of review that is requested.
		 * @param artifactType the artifact type, or {@code null} for the application's
		 * default
		 * @return this builder
		 */
		public Builder artifactType(@Nullable String artifactType) {
			this.artifactType = artifactType;
			return this;
		}

		/**
		 * Set the time that the approver has to decide.
		 * @param timeout from one second to seven days, or {@code null} for the
		 * application's default
		 * @return this builder
		 * @throws IllegalArgumentException if the timeout is out of range
		 */
		public Builder timeout(@Nullable Duration timeout) {
			this.timeout = (timeout != null) ? ApprovalSettings.requireTimeout("timeout", timeout) : null;
			return this;
		}

		/**
		 * Set the buttons that the phone shows.
		 * @param actions one to five actions with different ids. At least one of them
		 * should reject the request; this is not verified
		 * @return this builder
		 * @throws IllegalArgumentException if the number of actions is out of range or
		 * ids are not unique
		 */
		public Builder actions(List<RequestedAction> actions) {
			long ids = actions.stream().map((action) -> action.id().toLowerCase(Locale.ROOT)).distinct().count();
			Assert.isTrue(!actions.isEmpty() && actions.size() <= 5 && ids == actions.size(),
					"'actions' must be one to five actions with different ids");
			this.actions = List.copyOf(actions);
			return this;
		}

		/**
		 * Set the name of what is approved, for the tag {@code gate} of metrics. It
		 * should have low cardinality, such as {@code RefundService.refund}. It is not
		 * transmitted.
		 * @param gate the name
		 * @return this builder
		 */
		public Builder gate(@Nullable String gate) {
			this.gate = gate;
			return this;
		}

		/**
		 * Set the pairing whose approvers receive the request.
		 * @param pairing the name of a pairing, {@link Pairing#DEFAULT_NAME} by default
		 * @return this builder
		 * @throws IllegalArgumentException if the name is invalid
		 */
		public Builder pairing(String pairing) {
			this.pairing = Pairing.requireName(pairing);
			return this;
		}

		/**
		 * Set the group of approvers who receive the request.
		 * @param approvers the name of a group of the application's configuration
		 * @return this builder
		 * @throws IllegalArgumentException if the name is invalid
		 */
		public Builder approvers(String approvers) {
			this.approvers = Pairing.requireName(approvers);
			return this;
		}

		/**
		 * Set the person on whose behalf approval is requested. A group of approvers sees
		 * the name, and may exclude that person.
		 * @param requester the name, or {@code null} if the application's source of
		 * requesters determines it
		 * @return this builder
		 */
		public Builder requester(@Nullable String requester) {
			this.requester = requester;
			return this;
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws IllegalArgumentException if both a pairing and a group of approvers are
		 * set
		 */
		public ApprovalRequest build() {
			Assert.isTrue(this.approvers == null || this.pairing == null,
					"'pairing' cannot be set beside 'approvers', whose pairings are configured: remove one of them");
			return new ApprovalRequest(this);
		}

	}

}
