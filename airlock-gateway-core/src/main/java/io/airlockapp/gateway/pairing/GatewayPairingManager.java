package io.airlockapp.gateway.pairing;

import java.util.List;
import java.util.Map;

import org.springframework.context.SmartLifecycle;

/**
 * {@link PairingManager} that pairs with the gateway, and completes pairings in progress
 * while the application runs. Codes in properties are claimed once, in the background
 * after the start of the application.
 */
public final class GatewayPairingManager implements PairingManager, SmartLifecycle {

	private final ManagedPairingSource source;

	private final Map<String, String> codes;

	private final PairingFlow flow;

	private final PairingRevocations revocations;

	private final PairingInfoFactory reports;

	/**
	 * Create a manager.
	 * @param source the pairings
	 * @param environment the collaborators and settings for pairing
	 * @param codes the codes in properties, by name of the pairing
	 */
	public GatewayPairingManager(ManagedPairingSource source, PairingEnvironment environment,
			Map<String, String> codes) {
		this.source = source;
		this.codes = Map.copyOf(codes);
		this.flow = new PairingFlow(source, environment);
		this.revocations = new PairingRevocations(source, environment.gateway(), environment.clock());
		this.reports = new PairingInfoFactory(source);
		this.codes.keySet().forEach(source.names()::begin);
	}

	@Override
	public void start() {
		if (!isRunning()) {
			this.flow.tasks().start();
			this.source.names().all().forEach(this.flow.tasks()::poll);
			this.codes.forEach(this.flow::claimOnce);
		}
	}

	@Override
	public void stop() {
		this.flow.tasks().stop();
	}

	@Override
	public boolean isRunning() {
		return this.flow.tasks().isRunning();
	}

	@Override
	public List<PairingInfo> list() {
		return this.source.names().all().stream().map(this.reports::reportAnyway).map(this::pollIfPending).toList();
	}

	@Override
	public PairingInfo getStatus(String name) {
		return pollIfPending(this.reports.report(name));
	}

	private PairingInfo pollIfPending(PairingInfo info) {
		if (info.pendingUntil() != null) {
			// The instance that began it may have stopped
			this.flow.tasks().poll(info.name());
		}
		return info;
	}

	@Override
	public PairingInvitation initiate(String name) {
		return this.flow.initiate(name);
	}

	@Override
	public PairingInvitation preGenerate() {
		return this.flow.preGenerate();
	}

	@Override
	public PairingInfo claim(String name, String code) {
		this.flow.claim(name, code);
		return this.reports.report(name);
	}

	@Override
	public PairingInfo revoke(String name) {
		this.revocations.revoke(name);
		return this.reports.report(name);
	}

	@Override
	public PairingInfo revokeSignerKey(String name, String keyId) {
		this.revocations.revokeKey(name, keyId);
		return this.reports.report(name);
	}

}
