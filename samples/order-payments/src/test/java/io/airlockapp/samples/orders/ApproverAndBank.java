package io.airlockapp.samples.orders;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.samples.orders.FakeBank.Behavior;

/**
 * Starts a simulated gateway, with the approvers as pages on this machine, and a bank.
 */
final class ApproverAndBank {

	/**
	 * The properties of instances that use them.
	 */
	static final Path PROPERTIES = Path.of("target", "approver-and-bank.properties");

	static final String APPROVER_URL = "http://127.0.0.1:8099/approver";

	static final String ANN_URL = APPROVER_URL + "?name=ann";

	static final String BEN_URL = APPROVER_URL + "?name=ben";

	static final String BANK_URL = "http://127.0.0.1:8098/transfers";

	private ApproverAndBank() {
	}

	/**
	 * Start them in this process, unless another process on this machine has started
	 * them.
	 * @return whether they were started
	 */
	static boolean startUnlessStarted() throws IOException {
		AirlockSimulator simulator;
		try {
			simulator = AirlockSimulator.builder().port(8099).start();
		}
		catch (UncheckedIOException ex) {
			return false;
		}
		simulator.addApprover("ann");
		simulator.addApprover("ben");
		FakeBank bank = FakeBank.start(8098);
		// So that there is time to kill an instance while it pays
		bank.setBehavior(Behavior.EXECUTE_SLOWLY);
		Properties properties = new Properties();
		properties.putAll(simulator.properties());
		properties.put("order-payments.bank.url", bank.url());
		properties.put("airlock.gateway.durable.heartbeat-interval", "2s");
		try (OutputStream file = Files.newOutputStream(PROPERTIES)) {
			properties.store(file, null);
		}
		PROPERTIES.toFile().deleteOnExit();
		return true;
	}

}
