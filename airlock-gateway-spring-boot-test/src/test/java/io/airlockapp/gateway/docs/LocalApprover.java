/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import io.airlockapp.gateway.simulator.AirlockSimulator;

/**
 * Example of a simulator in a process of its own.
 */
// tag::process[]
class LocalApprover {

	public static void main(String[] args) throws Exception {
		try (AirlockSimulator simulator = start(8099, Path.of("target", "approver.properties"))) {
			System.out.println(simulator.approverUrl());
			Thread.currentThread().join();
		}
	}

	static AirlockSimulator start(int port, Path file) throws IOException {
		AirlockSimulator simulator = AirlockSimulator.builder().port(port).start();
		Properties properties = new Properties();
		properties.putAll(simulator.properties());
		try (OutputStream out = Files.newOutputStream(file)) {
			properties.store(out, null);
		}
		return simulator;
	}

}
// end::process[]
