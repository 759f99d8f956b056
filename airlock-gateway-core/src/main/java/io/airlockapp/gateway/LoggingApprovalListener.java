/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import io.airlockapp.gateway.harp.Verdict;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Logs one line about the outcome of each request. In addition, logs an error if requests
 * or decisions may have been tampered with, and a warning, once, if the application has
 * to be corrected.
 */
final class LoggingApprovalListener implements ApprovalListener {

	private static final Log logger = LogFactory.getLog(LoggingApprovalListener.class);

	private static final int MAX_WARNINGS = 1000;

	private static final Pattern NUMBER = Pattern.compile("\\d+");

	private final Set<String> warnings = ConcurrentHashMap.newKeySet();

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		return new LoggedAttempt(request, "of");
	}

	@Override
	public Attempt resume(ApprovalRequest request, String artifactType, String requestId) {
		return new LoggedAttempt(request, requestId);
	}

	private static String describe(ApprovalOutcome outcome) {
		String key = (outcome.decision() != null) ? " by key " + outcome.decision().signerKeyId() : "";
		return switch (outcome.result()) {
			case APPROVED -> "approved" + key;
			case DENIED -> "denied" + key;
			case TIMEOUT -> "timed out";
			case UNVERIFIED -> "not verified";
			case POLICY -> "decided by policy";
			case PENDING -> "pending already";
			case INVALID_USAGE -> "not possible";
			case HALTED -> "halted";
			case UNAVAILABLE -> (outcome.failure() instanceof AirlockGatewayException) ? "unavailable" : "failed";
		};
	}

	private static void warnOfTampering(ApprovalOutcome outcome) {
		if (outcome.result() == ApprovalResult.UNVERIFIED && outcome.failure() != null) {
			logger.error("Possible tampering with decisions: " + outcome.failure().getMessage());
		}
		else if (outcome.failure() instanceof AirlockGatewayException ex && ex.isOtherContent()) {
			logger.error("Possible tampering with requests: " + ex.getMessage());
		}
	}

	/**
	 * Log a warning about incorrect usage, once for each guarded method and kind of
	 * mistake. Messages of the same kind differ only in sizes and indexes.
	 */
	private void warnOfMistake(ApprovalRequest request, ApprovalOutcome outcome) {
		if (outcome.result() != ApprovalResult.INVALID_USAGE || outcome.failure() == null) {
			return;
		}
		String message = String.valueOf(outcome.failure().getMessage());
		String kind = request.getGate() + " " + NUMBER.matcher(message).replaceAll("");
		if (this.warnings.size() < MAX_WARNINGS && this.warnings.add(kind)) {
			logger.warn("A retry does not help, because the application has to be fixed: " + message);
		}
	}

	private final class LoggedAttempt implements Attempt {

		private final ApprovalRequest request;

		private final String knownId;

		private @Nullable PendingApproval approval;

		private LoggedAttempt(ApprovalRequest request, String knownId) {
			this.request = request;
			this.knownId = knownId;
		}

		@Override
		public void submitting(PendingApproval approval) {
			this.approval = approval;
			if (logger.isDebugEnabled()) {
				logger.debug("Approval %s '%s' waits for a decision until %s".formatted(approval.requestId(),
						approval.label(), approval.expiresAt()));
			}
		}

		@Override
		public void voted(ApprovalVote vote) {
			boolean approved = vote.verdict() == Verdict.APPROVE;
			String line = "Approval %s '%s': %s by key %s of the pairing '%s' (request %s)%s".formatted(id(),
					this.request.getLabel(), approved ? "approved" : "denied", vote.signerKeyId(), vote.pairing(),
					vote.requestId(), vote.counted() ? "" : ", which does not count");
			if (!approved && !vote.counted()) {
				logger.warn(line + ", because the call was decided before");
			}
			else {
				logger.info(line);
			}
		}

		@Override
		public void escalated(int step, List<String> pairings, boolean unavailable) {
			logger.info("Approval %s '%s': step %s asks %s in addition%s".formatted(id(), this.request.getLabel(), step,
					pairings, unavailable ? ", because the quorum is out of reach of those asked before" : ""));
		}

		@Override
		public void tampered(AirlockGatewayException failure) {
			logger.error("Possible tampering with one of the requests of %s: %s".formatted(id(), failure.getMessage()));
		}

		private String id() {
			return (this.approval != null) ? this.approval.requestId() : this.knownId;
		}

		@Override
		public void ended(ApprovalOutcome outcome) {
			warnOfTampering(outcome);
			warnOfMistake(this.request, outcome);
			if (outcome.result() == ApprovalResult.POLICY && outcome.failure() == null) {
				// The gate that permits the invocation logs the policy
				return;
			}
			if (outcome.failure() != null && outcome.failure().getCause() instanceof Error) {
				logger.warn(line(outcome));
			}
			else {
				logger.info(line(outcome));
			}
		}

		/**
		 * Return the message of a failure. That of the timeout of a group has the number
		 * of approvals and the reasons of lost requests, others have nothing new.
		 */
		private String detail(ApprovalOutcome outcome) {
			boolean shown = outcome.failure() instanceof AirlockGatewayException
					&& (!(outcome.failure() instanceof ApprovalTimeoutException)
							|| this.request.getApprovers() != null);
			return (shown && outcome.failure() != null) ? ": " + outcome.failure().getMessage() : "";
		}

		private String line(ApprovalOutcome outcome) {
			if (this.approval == null) {
				String id = (outcome.requestId() != null) ? outcome.requestId() : "of";
				return "Approval %s '%s' %s%s".formatted(id, this.request.getLabel(), describe(outcome),
						detail(outcome));
			}
			return "Approval %s '%s' %s after %s ms%s".formatted(this.approval.requestId(), this.approval.label(),
					describe(outcome), outcome.elapsed().toMillis(), detail(outcome));
		}

	}

}
