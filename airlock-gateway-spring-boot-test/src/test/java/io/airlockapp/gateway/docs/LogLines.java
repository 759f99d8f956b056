/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

/**
 * The log lines that the documentation shows.
 */
final class LogLines {

	private LogLines() {
	}

	/**
	 * Return a pattern of the only log line of a page, in which an ellipsis stands for
	 * anything and all else for itself.
	 */
	static String pattern(String page) {
		String line = DocumentationPage.named(page)
			.blocks()
			.stream()
			.filter((block) -> block.language().equals("text"))
			.map((block) -> block.code().strip())
			.findFirst()
			.orElseThrow();
		return "\\Q" + line.replace("…", "\\E.*\\Q") + "\\E";
	}

}
