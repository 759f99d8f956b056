package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.durable.StepScheduler.Step;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.RecordedCall;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.StrictUtf8;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.transaction.support.TransactionOperations;
import org.springframework.util.Assert;

/**
 * Records calls, which run after their approval, if at all. The id, the plaintext and its
 * hash are fixed here, before the approval is requested.
 */
public final class CallRecorder {

	/**
	 * The member of the plaintext with the contexts of the caller.
	 */
	static final String CONTEXT = "context";

	private final ThreadLocal<@Nullable List<DurableApproval>> recording = new ThreadLocal<>();

	private final DurableCallStore store;

	private final StepScheduler scheduler;

	private final TransactionOperations transactions;

	private final ApprovalSteps steps;

	private final PendingCounts counts;

	private final TransitionPublisher publisher;

	private final CallObserver observer;

	private final List<DurableContext> contexts;

	private final DurableSettings settings;

	private final boolean encrypted;

	private final InstantSource clock;

	private volatile boolean closed;

	/**
	 * Create a recorder.
	 * @param store the store of calls
	 * @param scheduler the scheduler of steps
	 * @param transactions the transactions of callers
	 * @param steps the steps of an exchange
	 * @param counts the numbers of undecided calls
	 * @param publisher the publisher of changes
	 * @param observer the observer of recordings
	 * @param contexts the contexts to record
	 * @param settings the settings
	 * @param encrypted whether the store encrypts arguments
	 * @param clock the time of day
	 */
	public CallRecorder(DurableCallStore store, StepScheduler scheduler, TransactionOperations transactions,
			ApprovalSteps steps, PendingCounts counts, TransitionPublisher publisher, CallObserver observer,
			List<DurableContext> contexts, DurableSettings settings, boolean encrypted, InstantSource clock) {
		this.store = store;
		this.scheduler = scheduler;
		this.transactions = transactions;
		this.steps = steps;
		this.counts = counts;
		this.publisher = publisher;
		this.observer = observer;
		this.contexts = List.copyOf(contexts);
		Set<String> names = new HashSet<>();
		for (DurableContext context : contexts) {
			Assert.isTrue(names.add(context.getName()),
					() -> "There are two DurableContexts with the name '%s'".formatted(context.getName()));
		}
		this.settings = settings;
		this.encrypted = encrypted;
		this.clock = clock;
	}

	/**
	 * Record a call in the transaction of the current thread, or in a new one if there is
	 * none.
	 * @param recorded the call
	 * @return the id of the approval request
	 * @throws AirlockGatewayException if the call can't be recorded, in which case it
	 * never runs
	 */
	public String record(RecordedCall recorded) {
		String gate = gate(recorded);
		if (this.closed) {
			throw refused("The application stops, so the call of %s is not recorded".formatted(gate));
		}
		if (recorded.sensitive() && !this.encrypted) {
			throw refused(
					("The arguments of %s contain a value with @AirlockSensitive, so they are not stored in plain "
							+ "text: set 'airlock.gateway.pairing.store.key'")
						.formatted(gate));
		}
		try {
			if (this.counts.pending() >= this.settings.maxPending()) {
				throw refused(("The call of %s is not recorded, since %s calls wait for a decision already: raise "
						+ "'airlock.gateway.durable.max-pending', or call it later")
					.formatted(gate, this.settings.maxPending()));
			}
			DurableCall call = this.observer.record(gate, (trace) -> insert(create(recorded, trace)));
			this.counts.added();
			List<DurableApproval> tickets = this.recording.get();
			if (tickets != null) {
				tickets.add(call.approval());
			}
			return call.id();
		}
		catch (AirlockGatewayException ex) {
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			throw new ApprovalUnavailableException("The call of %s cannot be recorded, so it never runs: %s"
				.formatted(gate, AirlockGatewayException.safeMessage(ex)), null, ex);
		}
	}

	private DurableCall insert(DurableCall call) {
		AtomicBoolean inserted = new AtomicBoolean();
		try {
			this.transactions.executeWithoutResult((status) -> {
				this.store.insert(call);
				this.scheduler.scheduleFirst(Step.ASK_FIRST, call.id(), call.approval().recordedAt());
				this.publisher.recorded(call.approval());
				inserted.set(true);
			});
		}
		catch (AirlockGatewayException ex) {
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			if (inserted.get()) {
				throw new ApprovalUnavailableException(("It is not known whether the call of %s was recorded as %s, "
						+ "since its transaction failed during the commit: %s. Look for it by DurableApprovals.find")
					.formatted(call.approval().gate(), call.id(), AirlockGatewayException.safeMessage(ex)), call.id(),
						ex);
			}
			throw ex;
		}
		return call;
	}

	private DurableCall create(RecordedCall recorded, Map<String, String> trace) {
		ApprovalRequest request = recorded.request();
		String id = "req-" + UUID.randomUUID();
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		Duration timeout = (request.getTimeout() != null) ? request.getTimeout() : this.settings.timeout();
		Instant expiresAt = now.plus(timeout);
		Instant startBy = expiresAt.plus(this.settings.grace());
		String plaintext = this.steps.createPlaintext(request, id, now, expiresAt, members(recorded, startBy));
		DurableApproval approval = new DurableApproval(id, gate(recorded), request.getLabel(), DurableState.RECORDED,
				null, now, expiresAt, startBy, null, null, null, null, null, null);
		String artifactType = (request.getArtifactType() != null) ? request.getArtifactType()
				: this.settings.artifactType();
		return new DurableCall(approval, recorded.target(), request.getPairing(), artifactType,
				ArtifactHash.of(StrictUtf8.encode(plaintext)), plaintext, recorded.arguments(), null, null, trace, 0);
	}

	private ObjectNode members(RecordedCall recorded, Instant startBy) {
		ObjectNode members = JsonNodeFactory.instance.objectNode();
		members.put(ApprovedCall.TARGET, recorded.target());
		members.put(ApprovedCall.START_BY, Envelope.timestamp(startBy));
		ObjectNode context = JsonNodeFactory.instance.objectNode();
		for (DurableContext source : this.contexts) {
			// Without nulls, which would be restored as other values
			Map<String, String> values = Map.copyOf(source.capture());
			if (!values.isEmpty()) {
				values.forEach(context.putObject(source.getName())::put);
			}
		}
		if (!context.isEmpty()) {
			members.set(CONTEXT, context);
		}
		return members;
	}

	/**
	 * Return what was recorded by code in this thread.
	 * @param call the code
	 * @return the recorded approvals in order
	 */
	List<DurableApproval> recordedBy(Runnable call) {
		List<DurableApproval> outer = this.recording.get();
		List<DurableApproval> tickets = new ArrayList<>();
		this.recording.set(tickets);
		try {
			call.run();
			return tickets;
		}
		finally {
			if (outer != null) {
				outer.addAll(tickets);
				this.recording.set(outer);
			}
			else {
				this.recording.remove();
			}
		}
	}

	/**
	 * Refuse all further calls.
	 */
	public void close() {
		this.closed = true;
	}

	private static String gate(RecordedCall recorded) {
		String gate = recorded.request().getGate();
		return (gate != null) ? gate : recorded.target();
	}

	private static ApprovalUnavailableException refused(String message) {
		return new ApprovalUnavailableException(message, null, null);
	}

}
