/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.client.SafeText;
import io.airlockapp.gateway.exchange.ApprovalService;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Durations;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.VisibleText;
import io.airlockapp.gateway.support.WaitScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Gate that authorizes a call only with a verified approval of exactly this call. It
 * enters the exchange directly, so that it takes only a decision on the request that it
 * made itself a moment ago, and uses each once.
 */
public final class EnforcingApprovalGate implements ApprovalGate {

	private static final Log logger = LogFactory.getLog(EnforcingApprovalGate.class);

	private static final int CAPACITY = 10_000;

	/**
	 * The time for which a journal that cannot be written is tried again, such as during
	 * a failover of its database. A claim is tried again safely: only one succeeds.
	 */
	private static final Duration CLAIMING = Duration.ofSeconds(30);

	private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(10);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final Set<String> used = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
			return size() > CAPACITY;
		}

	}));

	private final ApprovalService approvals;

	private final ApprovalJournal journal;

	private final DenialPublisher publisher;

	private final Ticker ticker;

	/**
	 * Create a gate.
	 * @param approvals the service that obtains the approvals
	 * @param journal the journal that ensures that an approval is used once
	 * @param publisher the publisher of the denials of this gate
	 * @param ticker the ticker for elapsed time
	 */
	public EnforcingApprovalGate(ApprovalService approvals, ApprovalJournal journal, DenialPublisher publisher,
			Ticker ticker) {
		this.approvals = approvals;
		this.journal = journal;
		this.publisher = publisher;
		this.ticker = ticker;
	}

	@Override
	public void authorize(GuardedCall guardedCall) {
		// Can fail, so it comes before the request: an approval must not get lost
		MethodGuardedCall call = MethodGuardedCall.of(guardedCall);
		ApprovalDecision decision = this.approvals.request(call.toRequest(), call.admission());
		if (!decision.isApproved()) {
			throw new ApprovalDeniedException("%s was denied%s".formatted(call, reason(decision)), decision.requestId(),
					decision.reason());
		}
		call.approved(decision.requestId());
		claim(call, decision.requestId());
	}

	private void claim(GuardedCall call, String requestId) {
		boolean claimed;
		try {
			claimed = this.used.add(requestId) && isClaimed(requestId);
		}
		catch (Throwable ex) {
			throw this.publisher.refused(call, new ApprovalUnavailableException(
					"%s was approved (request %s), but the journal of approvals cannot be written, so it does not run"
						.formatted(call, requestId),
					requestId, ex));
		}
		if (!claimed) {
			throw this.publisher.refused(call,
					new ApprovalVerificationException(
							"The approval of %s (request %s) has been used already".formatted(call, requestId),
							requestId, null));
		}
	}

	private boolean isClaimed(String requestId) throws Exception {
		try {
			return this.journal.claim(requestId);
		}
		catch (Exception ex) {
			if (!isClaimedLater(requestId)) {
				throw ex;
			}
			return true;
		}
	}

	/**
	 * Try a claim again that failed. An interrupt, which came after the approval, limits
	 * the time for that, and is restored at the end.
	 * @return {@code false} if no claim succeeds, or one may have succeeded without an
	 * answer
	 */
	private boolean isClaimedLater(String requestId) {
		Deadline end = Deadline.in(CLAIMING, this.ticker);
		boolean interrupted = false;
		try {
			while (!end.isOver()) {
				try {
					this.ticker.sleep(PAUSE);
					return this.journal.claim(requestId);
				}
				catch (InterruptedException ex) {
					end = Deadline.in(Durations.min(end.remaining(), AFTER_INTERRUPT), this.ticker);
					interrupted = true;
				}
				catch (Exception ex) {
					logger.debug("The journal of approvals cannot be written yet: "
							+ AirlockGatewayException.safeMessage(ex));
				}
			}
			return false;
		}
		finally {
			if (interrupted) {
				WaitScope.interrupt();
			}
		}
	}

	private static String reason(ApprovalDecision decision) {
		// The gateway may have written the reason, if the form does not sign it
		return " (request %s)%s".formatted(decision.requestId(),
				(decision.reason() != null) ? ": " + VisibleText.quote(SafeText.of(decision.reason())) : "");
	}

}
